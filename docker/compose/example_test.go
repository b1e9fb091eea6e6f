package compose_test

import (
	"context"
	"fmt"

	"streamtray/docker/compose"
)

func ExampleInspect() {
	p, err := compose.Load(context.TODO(), compose.Options{Dir: "testdata/corpus/crossed"})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := compose.Inspect(p)
	fmt.Println(r.Mode, r.Reachable, r.Needed(p))
	for _, problem := range r.Problems {
		fmt.Println(problem.Code, problem.Service, problem.Listener, problem.Line)
	}
	m, err := compose.Mend(context.TODO(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(m.Override())
	// Output:
	// zookeeper false [zookeeper kafka]
	// CROSSED kafka PLAINTEXT_HOST 13
	// services:
	//   kafka:
	//     ports:
	//       - "127.0.0.1:29092:29092"
}
