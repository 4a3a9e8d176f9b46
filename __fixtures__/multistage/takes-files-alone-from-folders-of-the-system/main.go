package main

import (
	"fmt"
	"os"
)

func main() {
	b, err := os.ReadFile("/etc/app/app.yaml")
	fmt.Println(string(b), err)
}
