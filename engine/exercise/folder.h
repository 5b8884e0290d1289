/* Folders that a program has made, or left in the place of ours. */
#ifndef ASYNCTUT_FOLDER_H
#define ASYNCTUT_FOLDER_H

/* Opens the folder of that name in the folder `parent` for reading, made readable first where it is
 * not. Never what a link of that name leads to. A descriptor, or -1. */
int folder_open(int parent, const char *name);

#endif
