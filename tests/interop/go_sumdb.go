// SPDX-License-Identifier: Apache-2.0

// Checks a log written by make_vectors with golang.org/x/mod/sumdb, the
// implementation behind Go's checksum database, and prints TAP.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const small, large = 600, 65537

var (
	dir     string
	logKey  note.Verifier
	authors note.Verifiers
	heads   = map[int64]tlog.Tree{}
)

func sizes() []int64 {
	var all []int64
	for n := int64(1); n <= small; n++ {
		all = append(all, n)
	}
	return append(all, large-2, large-1, large)
}

func read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(dir, name))
}

// tiles reads tlog-tiles paths: those of x/mod less the height.
type tiles struct{}

func (tiles) Height() int { return 8 }

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range want {
		b, err := read("tile/" + strings.TrimPrefix(t.Path(), "tile/8/"))
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}

func loadKeys() error {
	b, err := read("keys")
	if err != nil {
		return err
	}
	var vs []note.Verifier
	for _, line := range strings.Fields(string(b)) {
		v, err := note.NewVerifier(line)
		if err != nil {
			return err
		}
		vs = append(vs, v)
	}
	if len(vs) != 3 {
		return fmt.Errorf("%d keys", len(vs))
	}
	logKey = vs[0]
	authors = note.VerifierList(vs[1:]...)
	return nil
}

// parseHead opens a checkpoint under the log key.
func parseHead(msg []byte) (tlog.Tree, error) {
	var tree tlog.Tree
	n, err := note.Open(msg, note.VerifierList(logKey))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != logKey.Name() || lines[3] != "" {
		return tree, fmt.Errorf("text %q", n.Text)
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

func checkHeads() error {
	for _, size := range sizes() {
		msg, err := read(fmt.Sprintf("head/%d/checkpoint", size))
		if err != nil {
			return err
		}
		tree, err := parseHead(msg)
		if err != nil {
			return fmt.Errorf("size %d: %v", size, err)
		}
		if tree.N != size {
			return fmt.Errorf("size %d: says %d", size, tree.N)
		}
		heads[size] = tree
	}
	return nil
}

// A checkpoint with a changed byte in its text must not open. (x/mod takes
// other spellings of the base64 in a signature line; we do not.)
func checkChangedHeads() error {
	msg, err := read("head/600/checkpoint")
	if err != nil {
		return err
	}
	for i := range msg[:bytes.Index(msg, []byte("\n\n"))+1] {
		msg[i] ^= 1
		if _, err := parseHead(msg); err == nil {
			return fmt.Errorf("byte %d changed, still opens", i)
		}
		msg[i] ^= 1
	}
	return nil
}

// The reader checks every tile against the root; so does TreeHash.
func checkTiles() error {
	for _, size := range sizes() {
		r := tlog.TileHashReader(heads[size], tiles{})
		root, err := tlog.TreeHash(size, r)
		if err != nil {
			return fmt.Errorf("size %d: %v", size, err)
		}
		if root != heads[size].Hash {
			return fmt.Errorf("size %d: other root", size)
		}
	}
	return nil
}

// bundle splits tile/entries/N of a tree of the given size.
func bundle(n, size int64) ([][]byte, error) {
	t := tlog.Tile{H: 8, L: 0, N: n, W: 256}
	if size-256*n < 256 {
		t.W = int(size - 256*n)
	}
	b, err := read("tile/entries/" + strings.TrimPrefix(t.Path(), "tile/8/0/"))
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for len(b) >= 2 {
		k := int(binary.BigEndian.Uint16(b))
		if len(b) < 2+k {
			break
		}
		all = append(all, b[2:2+k])
		b = b[2+k:]
	}
	if len(b) != 0 || len(all) != t.W {
		return nil, fmt.Errorf("bundle %s: %d entries", t.Path(), len(all))
	}
	return all, nil
}

// Every entry of the largest tree, and the last bundle of every other, is
// the leaf that the tiles commit to.
func checkEntries() error {
	for _, size := range sizes() {
		r := tlog.TileHashReader(heads[size], tiles{})
		first := (size - 1) / 256
		if size == large {
			first = 0
		}
		for n := first; n <= (size-1)/256; n++ {
			entries, err := bundle(n, size)
			if err != nil {
				return err
			}
			var index []int64
			for i := range entries {
				index = append(index,
					tlog.StoredHashIndex(0, 256*n+int64(i)))
			}
			hashes, err := r.ReadHashes(index)
			if err != nil {
				return err
			}
			for i, e := range entries {
				if tlog.RecordHash(e) != hashes[i] {
					return fmt.Errorf("size %d: entry %d of bundle %d",
						size, i, n)
				}
			}
		}
	}
	return nil
}

// A leaf less its first line is a note of both authors.
func checkNotes() error {
	for n := int64(0); n*256 < small; n++ {
		entries, err := bundle(n, small)
		if err != nil {
			return err
		}
		for i, e := range entries {
			at := bytes.IndexByte(e, '\n')
			want := fmt.Sprintf("kaocheng/v1 leaf %s %d ",
				logKey.Name(), 256*n+int64(i))
			if !strings.HasPrefix(string(e[:at]), want) {
				return fmt.Errorf("leaf line %q", e[:at])
			}
			opened, err := note.Open(e[at+1:], authors)
			if err != nil {
				return err
			}
			if len(opened.Sigs) != 2 || len(opened.UnverifiedSigs) != 0 {
				return fmt.Errorf("note %d: %d signatures", i,
					len(opened.Sigs))
			}
		}
	}
	return nil
}

func parseHashes(words []string) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, w := range words {
		h, err := tlog.ParseHash(w)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

func same(a, b []tlog.Hash) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// A record proof: accepted, equal to x/mod's own, refused when changed.
func checkRecord(size, at int64, proof []tlog.Hash, r tlog.HashReader) error {
	leaf, err := r.ReadHashes([]int64{tlog.StoredHashIndex(0, at)})
	if err != nil {
		return err
	}
	root := heads[size].Hash
	if err := tlog.CheckRecord(proof, size, root, at, leaf[0]); err != nil {
		return err
	}
	own, err := tlog.ProveRecord(size, at, r)
	if err != nil || !same(own, proof) {
		return fmt.Errorf("x/mod proves it otherwise: %v", err)
	}
	if len(proof) > 0 {
		proof[len(proof)/2][7] ^= 1
		if tlog.CheckRecord(proof, size, root, at, leaf[0]) == nil {
			return fmt.Errorf("changed proof accepted")
		}
	}
	return nil
}

// A proof that the tree of size extends that of old.
func checkTree(size, old int64, proof []tlog.Hash, r tlog.HashReader) error {
	root, was := heads[size].Hash, heads[old].Hash
	if err := tlog.CheckTree(proof, size, root, old, was); err != nil {
		return err
	}
	own, err := tlog.ProveTree(size, old, r)
	if err != nil || !same(own, proof) {
		return fmt.Errorf("x/mod proves it otherwise: %v", err)
	}
	if len(proof) > 0 {
		proof[len(proof)/2][7] ^= 1
		if tlog.CheckTree(proof, size, root, old, was) == nil {
			return fmt.Errorf("changed proof accepted")
		}
	}
	return nil
}

func checkProofs(kind string) error {
	count := 0
	for _, size := range sizes() {
		b, err := read(fmt.Sprintf("head/%d/proofs", size))
		if err != nil {
			return err
		}
		r := tlog.TileHashReader(heads[size], tiles{})
		for _, line := range strings.Split(string(b), "\n") {
			words := strings.Fields(line)
			if len(words) < 2 || words[0] != kind {
				continue
			}
			at, err := strconv.ParseInt(words[1], 10, 64)
			if err != nil {
				return err
			}
			proof, err := parseHashes(words[2:])
			if err != nil {
				return err
			}
			if kind == "record" {
				err = checkRecord(size, at, proof, r)
			} else {
				err = checkTree(size, at, proof, r)
			}
			if err != nil {
				return fmt.Errorf("size %d, %s %d: %v", size, kind, at, err)
			}
			count++
		}
	}
	fmt.Printf("# %d proofs\n", count)
	if count < 3*small {
		return fmt.Errorf("only %d proofs", count)
	}
	return nil
}

// A receipt, read by the text of the tlog-proof specification.
func checkReceipt(size int64) error {
	b, err := read(fmt.Sprintf("head/%d/receipt", size))
	if err != nil {
		return err
	}
	top, head, ok := strings.Cut(string(b), "\n\n")
	lines := strings.Split(top, "\n")
	if !ok || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		lines[1] != fmt.Sprintf("index %d", size-1) {
		return fmt.Errorf("form: %q", top)
	}
	tree, err := parseHead([]byte(head))
	if err != nil {
		return err
	}
	proof, err := parseHashes(lines[2:])
	if err != nil {
		return err
	}
	entries, err := bundle((size-1)/256, size)
	if err != nil {
		return err
	}
	leaf := tlog.RecordHash(entries[len(entries)-1])
	return tlog.CheckRecord(proof, size, tree.Hash, size-1, leaf)
}

func checkReceipts() error {
	for _, size := range sizes() {
		if err := checkReceipt(size); err != nil {
			return fmt.Errorf("size %d: %v", size, err)
		}
	}
	return nil
}

// Our notes open here; a note of x/mod's own key from the same seed is the
// same text, byte for byte.
func checkSameSignature() error {
	msg, err := read("head/7/checkpoint")
	if err != nil {
		return err
	}
	seed := sha256.Sum256([]byte(logKey.Name()))
	signer, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s",
		logKey.Name(), logKey.KeyHash(), base64.StdEncoding.EncodeToString(
			append([]byte{1}, seed[:]...))))
	if err != nil {
		return err
	}
	text, _, _ := strings.Cut(string(msg), "\n\n")
	own, err := note.Sign(&note.Note{Text: text + "\n"}, signer)
	if err != nil {
		return err
	}
	if !bytes.Equal(own, msg) {
		return fmt.Errorf("%q is not %q", own, msg)
	}
	return nil
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go_sumdb DIR")
		os.Exit(100)
	}
	dir = os.Args[1]
	steps := []struct {
		name string
		run  func() error
	}{
		{"verifier keys are read", loadKeys},
		{"checkpoints open under the log key", checkHeads},
		{"changed checkpoints do not open", checkChangedHeads},
		{"note.Sign writes the same checkpoint", checkSameSignature},
		{"tiles lead to the signed roots", checkTiles},
		{"entries are the leaves of the tiles", checkEntries},
		{"author notes open under both keys", checkNotes},
		{"inclusion proofs verify", func() error { return checkProofs("record") }},
		{"consistency proofs verify", func() error { return checkProofs("tree") }},
		{"receipts verify", checkReceipts},
	}
	fmt.Printf("1..%d\n", len(steps))
	code := 0
	for i, s := range steps {
		if err := s.run(); err != nil {
			fmt.Printf("not ok %d - %s\n# %v\n", i+1, s.name, err)
			code = 1
			continue
		}
		fmt.Printf("ok %d - %s\n", i+1, s.name)
	}
	os.Exit(code)
}
