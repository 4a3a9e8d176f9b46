import http.server, os


try:
    open("/app/started.db", "w").write("started")
except OSError:
    pass


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = "hello"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())


http.server.HTTPServer(("", 8080), Handler).serve_forever()
