// Command scratch is what the containers of the engine test run: one static program that does as its words say.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
)

// say writes a line; exit ends with a code; long writes one line of so many bytes; eat takes memory until there is no
// more; hold waits for SIGTERM and then ends with 143 as a JVM does.
func main() {
	for _, word := range os.Args[1:] {
		verb, arg, _ := strings.Cut(word, "=")
		n, _ := strconv.Atoi(arg)
		switch verb {
		case "say":
			fmt.Println(arg)
		case "warn":
			fmt.Fprintln(os.Stderr, arg)
		case "long":
			fmt.Println(strings.Repeat("x", n))
		case "exit":
			os.Exit(n)
		case "eat":
			eat()
		case "hold":
			stop := make(chan os.Signal, 1)
			signal.Notify(stop, syscall.SIGTERM)
			<-stop
			os.Exit(143)
		}
	}
}

func eat() {
	var kept [][]byte
	for {
		b := make([]byte, 1<<20)
		for i := range b {
			b[i] = 1
		}
		kept = append(kept, b)
	}
}
