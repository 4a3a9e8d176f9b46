package main

import "os"

func main() {
	if err := os.WriteFile("uploads/hello.txt", []byte("hello\n"), 0o644); err != nil {
		panic(err)
	}
}
