// The same measurements in Go, on one processor: goroutines that give way, that are made and waited
// for, that pass a message to and fro. Processor time, medians of rounds; compare with bench_task in
// the same run.
package main

import (
	"fmt"
	"runtime"
	"sort"
	"sync"
	"syscall"
)

const rounds = 5

// The processor time of the process, ns, as in bench_task: what others do to a busy machine counts
// least in it.
func processorTime() int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

func yieldRing(n, tasks int) {
	var all sync.WaitGroup
	for t := 0; t < tasks; t++ {
		all.Add(1)
		go func() {
			for i := 0; i < n/tasks; i++ {
				runtime.Gosched()
			}
			all.Done()
		}()
	}
	all.Wait()
}

func spawnAwait(n int) {
	done := make(chan int)
	for i := 0; i < n; i++ {
		go func() { done <- i }()
		<-done
	}
}

func pingPong(n int) {
	there, back := make(chan int), make(chan int)
	go func() {
		for message := range there {
			back <- message
		}
	}()
	for i := 0; i < n/2; i++ {
		there <- i
		<-back
	}
	close(there)
}

func show(name string, n int, measure func()) {
	var ns []float64
	for i := 0; i < rounds; i++ {
		start := processorTime()
		measure()
		ns = append(ns, float64(processorTime()-start)/float64(n))
	}
	sort.Float64s(ns)
	fmt.Printf("%-48s %9.1f ns\n", "Go: "+name, ns[rounds/2])
}

func main() {
	runtime.GOMAXPROCS(1)
	show("yield, 2 tasks", 1000000, func() { yieldRing(1000000, 2) })
	show("yield, 1000 tasks", 1000000, func() { yieldRing(1000000, 1000) })
	show("spawn and await", 500000, func() { spawnAwait(500000) })
	show("a message to and fro", 500000, func() { pingPong(500000) })
}
