// Command gatehouse puts a website with user accounts on this machine or on AWS.
package main

import (
	"context"
	"crypto/rand"
	"os"
	"time"

	"gatehouse/internal/cli"
)

func main() {
	os.Exit(int(cli.Main(context.Background(), cli.Host{
		Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ(),
		Getwd: os.Getwd, Now: time.Now, Rand: rand.Reader,
	})))
}
