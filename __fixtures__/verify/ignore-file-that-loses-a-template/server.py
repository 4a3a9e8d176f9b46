import http.server


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            body, status = open("templates/index.html").read(), 200
        except OSError:
            body, status = "no template", 500
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())


http.server.HTTPServer(("", 8080), Handler).serve_forever()
