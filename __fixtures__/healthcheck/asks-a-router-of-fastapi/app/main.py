from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app.routers import health

app = FastAPI(title="Shop")
app.add_middleware(CORSMiddleware, allow_origins=["*"])
app.include_router(health.router, prefix="/api")


@app.get("/items/{item}")
def item(item: int):
    return {"item": item}
