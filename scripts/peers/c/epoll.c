/* The echo in C, as bare as it can be: the floor that event loops in Go are
 * measured against. It upper-cases the ASCII letters it is sent, from so many
 * threads with an epoll set each; the main thread accepts and deals the
 * connections out in turn. A client that does not read is given up.
 *
 *   cc -O3 -o epoll epoll.c && ./epoll [THREADS]
 *
 * It listens on a free port of the loopback interface, prints the address, and
 * ends with its standard input.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 1024, BATCH = 128, MAX_THREADS = 64 };

static void fail(const char *what) {
	perror(what);
	exit(1);
}

static int answer(int fd, unsigned char *buffer) {
	ssize_t n = recv(fd, buffer, READ_SIZE, 0);
	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	if (n == 0)
		return -1;
	for (ssize_t i = 0; i < n; i++)
		if (buffer[i] >= 'a' && buffer[i] <= 'z')
			buffer[i] -= 'a' - 'A';
	return send(fd, buffer, n, MSG_NOSIGNAL) == n ? 0 : -1;
}

static void *loop(void *argument) {
	int epoll = (int)(long)argument;
	unsigned char buffer[READ_SIZE];
	struct epoll_event ready[BATCH];
	for (;;) {
		int n = epoll_wait(epoll, ready, BATCH, -1);
		for (int i = 0; i < n; i++)
			if (answer(ready[i].data.fd, buffer) < 0)
				close(ready[i].data.fd);
	}
	return NULL;
}

static void *accepting(void *argument) {
	int *epolls = argument, listener = epolls[0], threads = epolls[1], turn = 0;
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
		if (fd < 0) {
			usleep(1000);
			continue;
		}
		struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
		if (epoll_ctl(epolls[2 + turn], EPOLL_CTL_ADD, fd, &event) < 0)
			close(fd);
		turn = (turn + 1) % threads;
	}
	return NULL;
}

int main(int argc, char **argv) {
	int threads = argc > 1 ? atoi(argv[1]) : 1;
	if (threads < 1 || threads > MAX_THREADS) {
		fprintf(stderr, "epoll: %s threads: give 1 to %d\n", argv[1], MAX_THREADS);
		return 2;
	}
	int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	if (listener < 0 || setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
	    bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 4096) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) < 0)
		fail("epoll: listen on 127.0.0.1");

	int shared[2 + MAX_THREADS] = {listener, threads};
	pthread_t thread;
	for (int i = 0; i < threads; i++) {
		if ((shared[2 + i] = epoll_create1(0)) < 0)
			fail("epoll: create an epoll set");
		if (pthread_create(&thread, NULL, loop, (void *)(long)shared[2 + i]) != 0)
			fail("epoll: start a thread");
	}
	if (pthread_create(&thread, NULL, accepting, shared) != 0)
		fail("epoll: start a thread");
	printf("127.0.0.1:%d\n", ntohs(address.sin_port));
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
