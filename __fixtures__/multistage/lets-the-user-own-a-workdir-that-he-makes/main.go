package main

import "os"

func main() {
	if err := os.WriteFile("x", []byte("hello\n"), 0o644); err != nil {
		panic(err)
	}
}
