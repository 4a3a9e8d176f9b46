FROM python:3.12-slim
CMD ["python", "-c", "print(\"a b\")", "$HOME", "c d"]
