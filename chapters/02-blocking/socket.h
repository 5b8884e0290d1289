/* TCP sockets on the loopback address, for demos. Each returns a
 * descriptor or a negative UV_E*. */
#ifndef ASYNCTUT_SOCKET_H
#define ASYNCTUT_SOCKET_H

/* Listens on a free port, whose number goes to *ret_port. */
int socket_listen(unsigned short *ret_port);

int socket_connect(unsigned short port);

#endif
