import sqlite3

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    with sqlite3.connect("visits.db") as database:
        database.execute("CREATE TABLE IF NOT EXISTS visits (at TEXT)")
        database.execute("INSERT INTO visits VALUES (datetime('now'))")
        return str(database.execute("SELECT count(*) FROM visits").fetchone()[0])
