package main

import "os"

func main() {
	if err := os.WriteFile("logs/hello.log", []byte("hello\n"), 0o644); err != nil {
		panic(err)
	}
}
