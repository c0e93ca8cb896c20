"""A TLS proxy in front of one FHIR server that does what networks, gateways and tired servers do.

Which request meets which fault is drawn from a seed. Faults are numbered and limited: a run that
goes on gets through.
"""
import http.client
import http.server
import random
import socket
import ssl
import struct
import threading
import time
import urllib.parse

PAGE = b"<html><head><title>Bad gateway</title></head><body>try later</body></html>"

FAULTS = (
    "cut before",      # the connection is lost before the server sees the request
    "cut after",       # the server has committed, the reply is lost
    "delayed",         # the reply comes late
    "request doubled", # a gateway that sends again what it thinks was lost
    "reply doubled",   # the reply comes twice on one connection
    "429", "503",
    "500 before", "500 after",  # a web page in the place of FHIR, before and after the commit
    "cut in the body",
    "stale",           # the kept connection is closed without a word
)


class Proxy:
    def __init__(self, upstream, certificate, key, seed):
        self.upstream = urllib.parse.urlsplit(upstream)
        self.random = random.Random(seed)
        self.lock = threading.Condition()
        self.percent = 0
        self.left = 0
        self.under_way = 0
        self.made = dict.fromkeys(FAULTS, 0)
        self.upstream_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.upstream_tls.check_hostname = False
        self.upstream_tls.verify_mode = ssl.CERT_NONE  # 127.0.0.1, and not what is tested
        proxy = self

        class Bound(Handler):
            owner = proxy

        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        self.server = Listener(("127.0.0.1", 0), Bound)
        self.server.tls = tls
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"https://localhost:{self.server.server_address[1]}{self.upstream.path}"

    def allow(self, percent, at_most):
        with self.lock:
            self.percent, self.left = percent, at_most

    def draw(self):
        with self.lock:
            if self.left <= 0 or self.random.random() * 100 >= self.percent:
                return None
            self.left -= 1
            fault = self.random.choice(FAULTS)
            self.made[fault] += 1
            return fault

    def forward(self, method, path, headers, body):
        with self.lock:
            self.under_way += 1
        try:
            line = http.client.HTTPSConnection("127.0.0.1", self.upstream.port, context=self.upstream_tls)
            line.request(method, path, body, headers)
            reply = line.getresponse()
            content = reply.read()
            kept = [(name, value) for name, value in reply.getheaders()
                    if name.lower() not in ("transfer-encoding", "content-length", "connection")]
            line.close()
            return reply.status, reply.reason, kept, content
        finally:
            with self.lock:
                self.under_way -= 1
                self.lock.notify_all()

    def wait_until_quiet(self):
        """What a killed program has sent arrives before anything else happens."""
        with self.lock:
            self.lock.wait_for(lambda: self.under_way == 0)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def finish_request(self, request, client_address):
        request.settimeout(60)
        try:
            secured = self.tls.wrap_socket(request, server_side=True)
        except OSError:
            return  # killed while it shook hands
        super().finish_request(secured, client_address)

    def handle_error(self, request, client_address):
        pass  # a client that was killed


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner = None

    def log_message(self, *_):
        pass

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.owner.draw()
        if fault == "cut before":
            return self.cut()
        if fault in ("429", "503", "500 before"):
            status = int(fault[:3])
            extra = [("Retry-After", "1")] if status == 429 else []
            return self.answer(status, "no", [("Content-Type", "text/html"), *extra], PAGE)
        reply = self.forward(body)
        if fault == "request doubled":
            reply = self.forward(body)
        if fault == "cut after":
            return self.cut()
        if fault == "500 after":
            return self.answer(500, "no", [("Content-Type", "text/html")], PAGE)
        if fault == "delayed":
            time.sleep(self.owner.random.random())
        times = 2 if fault == "reply doubled" else 1
        self.answer(*reply, times=times, half=fault == "cut in the body")
        if fault == "stale":
            self.cut()

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def forward(self, body):
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in ("connection", "content-length")}
        return self.owner.forward(self.command, self.path, headers, body)

    def answer(self, status, reason, headers, body, times=1, half=False):
        head = f"HTTP/1.1 {status} {reason}\r\n"
        for name, value in [*headers, ("Content-Length", str(len(body)))]:
            head += f"{name}: {value}\r\n"
        whole = head.encode("latin-1") + b"\r\n" + body
        if half:
            self.wfile.write(whole[:len(whole) - (len(body) + 1) // 2])
            self.wfile.flush()
            return self.cut()
        self.wfile.write(whole * times)

    def cut(self):
        """Without a goodbye, half of the time with a reset."""
        self.close_connection = True
        raw = socket.socket(fileno=self.connection.detach())
        if self.owner.random.random() < 0.5:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()
