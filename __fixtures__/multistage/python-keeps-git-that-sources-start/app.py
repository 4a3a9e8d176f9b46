import subprocess

subprocess.run(["git", "log"], check=True)
