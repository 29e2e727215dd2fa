// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/http_requests/bare_loop.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "tests/bench/support/bench.h"

namespace reeve::bench
{

namespace
{

struct Request {
    CURL *easy = nullptr;
    std::string body;
};

class BareLoop
{
  public:
    BareLoop(const std::string &url, size_t in_flight)
    {
        epoll_ = epoll_create1(EPOLL_CLOEXEC);
        multi_ = curl_multi_init();
        headers_ = curl_slist_append(nullptr, "Accept: application/json");
        curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, OnSocket);
        curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, OnTimer);
        curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(2 * in_flight));
        for (size_t i = 0; i < in_flight; i++) {
            requests_.push_back(std::make_unique<Request>());
            Prepare(*requests_.back(), url);
        }
    }
    ~BareLoop()
    {
        for (auto &request : requests_) {
            curl_multi_remove_handle(multi_, request->easy);
            curl_easy_cleanup(request->easy);
        }
        curl_multi_cleanup(multi_);
        curl_slist_free_all(headers_);
        close(epoll_);
    }
    BareLoop(const BareLoop &) = delete;
    BareLoop &operator=(const BareLoop &) = delete;

    double Run(double seconds)
    {
        for (auto &request : requests_) {
            curl_multi_add_handle(multi_, request->easy);
        }
        Turn(seconds / 5); // connections are made
        answered_ = 0;
        const Watch watch;
        Turn(seconds);
        return static_cast<double>(answered_) / watch.seconds();
    }

  private:
    void Prepare(Request &request, const std::string &url)
    {
        request.easy = curl_easy_init();
        curl_easy_setopt(request.easy, CURLOPT_URL, url.c_str());
        curl_easy_setopt(request.easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(request.easy, CURLOPT_HTTPHEADER, headers_);
        curl_easy_setopt(request.easy, CURLOPT_TIMEOUT_MS, 10000L);
        curl_easy_setopt(request.easy, CURLOPT_WRITEFUNCTION, OnBody);
        curl_easy_setopt(request.easy, CURLOPT_WRITEDATA, &request);
        curl_easy_setopt(request.easy, CURLOPT_PRIVATE, &request);
    }
    static size_t OnBody(char *data, size_t size, size_t count, void *ctx)
    {
        static_cast<Request *>(ctx)->body.append(data, size * count);
        return size * count;
    }
    static int OnSocket(CURL *, curl_socket_t fd, int what, void *ctx, void *known)
    {
        auto *self = static_cast<BareLoop *>(ctx);
        epoll_event event = {};
        event.data.fd = fd;
        event.events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0u) |
                       ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0u);
        const int operation = what == CURL_POLL_REMOVE ? EPOLL_CTL_DEL
                              : known == nullptr       ? EPOLL_CTL_ADD
                                                       : EPOLL_CTL_MOD;
        (void)epoll_ctl(self->epoll_, operation, fd, &event);
        if (what != CURL_POLL_REMOVE) {
            curl_multi_assign(self->multi_, fd, self);
        }
        return 0;
    }
    static int OnTimer(CURLM *, long timeout_ms, void *ctx)
    {
        static_cast<BareLoop *>(ctx)->timeout_ms_ = timeout_ms;
        return 0;
    }
    void Take()
    {
        int left = 0;
        for (CURLMsg *m = curl_multi_info_read(multi_, &left); m != nullptr;
             m = curl_multi_info_read(multi_, &left)) {
            Request *request = nullptr;
            long code = 0;
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &request);
            curl_easy_getinfo(m->easy_handle, CURLINFO_RESPONSE_CODE, &code);
            if (m->data.result != CURLE_OK || code != 200 || request->body.empty()) {
                fail(std::string("the server does not answer: ") +
                     curl_easy_strerror(m->data.result));
            }
            answered_++;
            request->body.clear();
            curl_multi_remove_handle(multi_, request->easy);
            curl_multi_add_handle(multi_, request->easy);
        }
    }
    void Turn(double seconds)
    {
        epoll_event events[64];
        int running = 0;
        const Watch watch;
        while (watch.seconds() < seconds) {
            const int count = epoll_wait(epoll_, events, 64,
                                         timeout_ms_ < 0 ? 100 : static_cast<int>(timeout_ms_));
            for (int i = 0; i < count; i++) {
                const int flags = ((events[i].events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                                  ((events[i].events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
                curl_multi_socket_action(multi_, events[i].data.fd, flags, &running);
            }
            if (count == 0 || timeout_ms_ == 0) {
                timeout_ms_ = -1;
                curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
            }
            Take();
        }
    }

    int epoll_ = -1;
    CURLM *multi_ = nullptr;
    curl_slist *headers_ = nullptr;
    long timeout_ms_ = 0;
    uint64_t answered_ = 0;
    std::vector<std::unique_ptr<Request>> requests_;
};

} // namespace

double bare_requests_per_s(const std::string &url, size_t in_flight, double seconds)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return BareLoop(url, in_flight).Run(seconds);
}

} // namespace reeve::bench
