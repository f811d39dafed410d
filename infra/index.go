package main

import (
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// packageCache is the folder in which jsii keeps the packages that it unpacked, or
// "" if the user has switched it off:
// https://github.com/aws/jsii/blob/main/packages/@jsii/kernel/src/tar-cache/default-cache-root.ts
func packageCache(getenv func(string) string) string {
	if getenv("JSII_RUNTIME_PACKAGE_CACHE") == "disabled" {
		return ""
	}
	if root := getenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT"); root != "" {
		return root
	}
	home, under := getenv("HOME"), filepath.Join(".cache", "aws", "jsii", "package-cache")
	switch runtime.GOOS {
	case "darwin":
		under = filepath.Join("Library", "Caches", "com.amazonaws.jsii", "package-cache")
	case "windows":
		home, under = getenv("LOCALAPPDATA"), filepath.Join("AWS", "jsii", "package-cache")
	}
	if home == "" {
		return filepath.Join(os.TempDir(), "aws-jsii-package-cache")
	}
	return filepath.Join(home, under)
}

// waitForIndex gives jsii the second that it needs, the first time ever, to write
// its index of the CDK's types beside the package it unpacked. It does so in a
// worker that dies with the process. A fast app exits first, every time, and then
// each run parses eight megabytes of types anew: two seconds and 900 MiB more.
func waitForIndex(cache string) {
	const (
		pause = 20 * time.Millisecond
		most  = 10 * time.Second // ten times what it takes; without an index things are slow, not wrong
	)
	for range most / pause {
		types, _ := filepath.Glob(filepath.Join(cache, "aws-cdk-lib", "*", "*", ".jsii.gz"))
		missing := false
		for _, file := range types {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), ".jsii.runtime.v1.json")); err != nil {
				missing = true
			}
		}
		if !missing {
			return
		}
		time.Sleep(pause)
	}
}
