// Speaks the protocol of Testcontainers' resource reaper ("Ryuk"), whose image cannot be fetched here: on port 8080 a client
// sends lines of filters ("label=a=b&label=c=d") and gets "ACK"; ten seconds after the last client has gone, every container,
// network and volume that matches one of them is removed through /var/run/docker.sock.
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MAX_FILTERS = 256, MAX_CLIENTS = 64, LINE = 4096, GRACE_MS = 10000 };
static char filters[MAX_FILTERS][LINE];
static int filter_count;

// The answer's text in a buffer that the next call uses again.
static char *request(const char *method, const char *path) {
    static char answer[4 << 20];
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/var/run/docker.sock" };
    int s = socket(AF_UNIX, SOCK_STREAM, 0), length = 0, n;
    answer[0] = 0;
    if (connect(s, (struct sockaddr *)&address, sizeof address) == 0) {
        dprintf(s, "%s %s HTTP/1.0\r\nHost: d\r\n\r\n", method, path);
        while (length < (int)sizeof answer - 1 && (n = read(s, answer + length, sizeof answer - 1 - length)) > 0) length += n;
        answer[length] = 0;
    }
    close(s);
    return answer;
}

static void remove_all(const char *kind, const char *query, const char *key, const char *suffix, const char *list_more) {
    char path[2 * LINE], *text = strdup(request("GET", (snprintf(path, sizeof path, "/%s%s?%sfilters=%s", kind, list_more, *list_more ? "all=1&" : "", query), path)));
    for (char *at = text; (at = strstr(at, key)) != NULL;) {
        at += strlen(key);
        char *end = strchr(at, '"');
        if (end == NULL) break;
        snprintf(path, sizeof path, "/%s/%.*s%s", kind, (int)(end - at), at, suffix);
        printf("%s\n", path);
        request("DELETE", path);
    }
    free(text);
}

// "label=a=b&label=c" -> {"label":{"a=b":true,"c":true}}, percent-encoded where a URL needs it.
static void reap(char *filter) {
    char query[2 * LINE] = "%7B%22label%22%3A%7B";
    int first = 1;
    for (char *part = strtok(filter, "&"); part != NULL; part = strtok(NULL, "&")) {
        if (strncmp(part, "label=", 6) != 0) continue;
        size_t used = strlen(query);
        snprintf(query + used, sizeof query - used, "%s%%22%s%%22%%3Atrue", first ? "" : "%2C", part + 6);
        first = 0;
    }
    if (first) return;
    strcat(query, "%7D%7D");
    remove_all("containers", query, "\"Id\":\"", "?force=1&v=1", "/json");
    remove_all("networks", query, "\"Id\":\"", "", "");
    remove_all("volumes", query, "\"Name\":\"", "", "");
    remove_all("images", query, "\"Id\":\"", "?force=1", "/json");
}

static void take(int client, char *line) {
    line[strcspn(line, "\r\n")] = 0;
    if (*line && filter_count < MAX_FILTERS) strncpy(filters[filter_count++], line, LINE - 1);
    if (write(client, "ACK\n", 4) < 0) return;
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(8080) };
    struct pollfd polled[1 + MAX_CLIENTS] = { { .fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN } };
    int count = 1, seen = 0, one = 1;
    setsockopt(polled[0].fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(polled[0].fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(polled[0].fd, 16) != 0) return 1;
    puts("Started");
    for (;;) {
        int ready = poll(polled, count, count > 1 ? -1 : seen ? GRACE_MS : 60000);
        if (ready == 0) break;
        if (polled[0].revents & POLLIN && count <= MAX_CLIENTS) {
            polled[count++] = (struct pollfd){ .fd = accept(polled[0].fd, NULL, NULL), .events = POLLIN };
            seen = 1;
            puts("Client connected");
            continue;
        }
        for (int i = 1; i < count; i++) {
            if (polled[i].revents == 0) continue;
            char line[LINE];
            int n = read(polled[i].fd, line, sizeof line - 1);
            if (n > 0) {
                line[n] = 0;
                take(polled[i].fd, line);
            } else {
                puts("Client disconnected");
                close(polled[i].fd);
                polled[i] = polled[--count];
                break;
            }
        }
    }
    for (int i = 0; i < filter_count; i++) reap(filters[i]);
    return 0;
}
