package main

import (
	"fmt"
	"os"
)

func main() {
	b, err := os.ReadFile("README.md")
	fmt.Println(string(b), err)
	_, err = os.ReadDir("examples/a")
	_, err = os.Stat("testdata/a.json")
}
