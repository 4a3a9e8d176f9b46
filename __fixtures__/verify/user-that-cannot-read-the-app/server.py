import http.server, os


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = open("config.txt").read()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())


http.server.HTTPServer(("", 8080), Handler).serve_forever()
