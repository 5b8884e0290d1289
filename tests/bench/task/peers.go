// What bench_task, bench_many and bench_echo measure, in Go on one processor, for comparison in the
// same run. Processor time, medians of rounds.
package main

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	rounds   = 5
	many     = 100000 // goroutines that wait, and timers
	messages = 10000
	size     = 64
)

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

func locks(n int) {
	var lock sync.Mutex
	for i := 0; i < n; i++ {
		lock.Lock()
		lock.Unlock()
	}
}

// A channel with room for one is how Go says semaphore.
func semaphores(n int) {
	free := make(chan bool, 1)
	for i := 0; i < n; i++ {
		free <- true
		<-free
	}
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

// Resident memory and page tables, bytes.
func memory() (bytes int) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		var kilobytes int
		if strings.HasPrefix(line, "VmRSS:") || strings.HasPrefix(line, "VmPTE:") {
			fmt.Sscan(line[len("VmRSS:"):], &kilobytes)
		}
		bytes += 1024 * kilobytes
	}
	return bytes
}

// The first to be measured: freed memory that is used again would not be seen.
func showParked() {
	var ended sync.WaitGroup
	gate := make(chan int)
	before := memory()
	for i := 0; i < many; i++ {
		ended.Add(1)
		go func() {
			<-gate
			ended.Done()
		}()
	}
	runtime.Gosched()
	fmt.Printf("%-48s %9d bytes\n", "Go: a goroutine that waits", (memory()-before)/many)
	close(gate)
	ended.Wait()
}

func timers(n int) {
	all := make([]*time.Timer, n)
	for i := range all {
		all[i] = time.AfterFunc(time.Hour+time.Duration(i*7919%n)*time.Millisecond, func() {})
	}
	for _, timer := range all {
		timer.Stop()
	}
}

func converse(connection net.Conn, echoed chan<- bool) {
	data := make([]byte, size)
	for {
		got, err := connection.Read(data)
		if err != nil {
			connection.Close()
			return
		}
		connection.Write(data[:got])
		echoed <- true
	}
}

// The clients are plain sockets, whose time is not counted.
func connect(port int) int {
	client, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		address := syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
		err = syscall.Connect(client, &address)
	}
	if err == nil {
		err = syscall.SetsockoptInt(client, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	}
	if err != nil {
		panic(err)
	}
	return client
}

func exchange(clients []int, echoed <-chan bool) int64 {
	data := make([]byte, size)
	for _, client := range clients {
		syscall.Write(client, data)
	}
	start := processorTime()
	for range clients {
		<-echoed
	}
	took := processorTime() - start
	for _, client := range clients {
		syscall.Read(client, data)
	}
	return took
}

func showEcho(connections int) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	echoed := make(chan bool, connections)
	clients := make([]int, connections)
	for i := range clients {
		clients[i] = connect(server.Addr().(*net.TCPAddr).Port)
		connection, err := server.Accept()
		if err != nil {
			panic(err)
		}
		go converse(connection, echoed)
	}
	exchange(clients, echoed) // only warms up
	var ns []float64
	for i := 0; i < messages/connections; i++ {
		ns = append(ns, float64(exchange(clients, echoed))/float64(connections))
	}
	for _, client := range clients {
		syscall.Close(client)
	}
	server.Close()
	sort.Float64s(ns)
	fmt.Printf("%-48s %9.1f ns\n", fmt.Sprintf("Go: echo, %d connections, a message", connections),
		ns[len(ns)/2])
}

func main() {
	runtime.GOMAXPROCS(1)
	showParked()
	show("yield, 2 tasks", 1000000, func() { yieldRing(1000000, 2) })
	show("yield, 1000 tasks", 1000000, func() { yieldRing(1000000, 1000) })
	show("spawn and await", 500000, func() { spawnAwait(500000) })
	show("a message to and fro", 500000, func() { pingPong(500000) })
	show("lock and release, nobody waits", 500000, func() { locks(500000) })
	show("semaphore, nobody waits", 500000, func() { semaphores(500000) })
	show("a timer, start and stop", many, func() { timers(many) })
	showEcho(50)
	showEcho(500)
}
