package main

import "os"

func main() {
	if err := os.WriteFile("data/x", []byte("hello\n"), 0o644); err != nil {
		panic(err)
	}
}
