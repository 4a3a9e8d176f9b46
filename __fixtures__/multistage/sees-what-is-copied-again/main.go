package main

import (
	"fmt"
	"os"
)

func main() {
	b, err := os.ReadFile("c.yaml")
	fmt.Println(string(b), err)
}
