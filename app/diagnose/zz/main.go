// Command zz is a scratch driver.
package main

import ("encoding/json";"fmt";"os";"streamtray/app/diagnose")

func main() {
	r, _ := os.Open(os.Args[1])
	where := ""
	if len(os.Args) > 2 { where = os.Args[2] }
	rep, _ := diagnose.Run(r, where, "en")
	b, _ := json.Marshal(rep)
	fmt.Println(string(b))
}
