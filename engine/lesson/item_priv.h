/* Between item.c, which reads all items, and item_predict.c, which reads what predictions add. */
#ifndef ASYNCTUT_ITEM_PRIV_H
#define ASYNCTUT_ITEM_PRIV_H

#include "engine/lesson/item.h"
#include "engine/lesson/json.h"

/* "measure", "demo", "promise", "bend" and how each choice is matched; the choices' texts are
 * already read. */
void item_read_prediction(struct json *json, const struct cJSON *from, struct item *item);

#endif
