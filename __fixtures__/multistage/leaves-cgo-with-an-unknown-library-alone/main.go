package main

// #cgo LDFLAGS: -lobscure
// #include <obscure.h>
import "C"

func main() {
	C.obscure()
}
