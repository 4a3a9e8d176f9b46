package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
)

//go:embed web
var embedded embed.FS

func main() {
	var files fs.FS = embedded
	if os.Getenv("DEV") != "" {
		files = os.DirFS(".")
	}
	b, err := fs.ReadFile(files, "web/index.html")
	fmt.Println(string(b), err)
}
