/* SPDX-License-Identifier: Apache-2.0 */
/* What is in the JSON documents that are served, as JSON Schema: nothing of
 * the ledger. */
#include <kaocheng/document.h>

#include "net/call.h"

static void
run_documents(struct kc_call *call)
{
	struct kc_json w = kc_call_json(call, 200);

	kc_json_documents(&w, call->lang);
}

void
kc_api_documents(struct kc_call *call)
{
	kc_call_run(call, run_documents);
}

static void
run_document(struct kc_call *call)
{
	const struct kc_document *d = kc_document_find(call->param);
	enum kc_err err = d != NULL ? KC_OK : KC_ENOTFOUND;

	if (err == KC_OK) {
		(void)kc_call_json(call, 200);
		err = kc_document_schema(d, call->lang, &call->body);
	}
	if (err != KC_OK)
		kc_call_error(call, err, "document");
}

void
kc_api_document(struct kc_call *call)
{
	kc_call_run(call, run_document);
}
