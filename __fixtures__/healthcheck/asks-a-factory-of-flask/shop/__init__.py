from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.route("/ping")
    def ping():
        return "pong"

    from shop.views import bp
    app.register_blueprint(bp)
    return app
