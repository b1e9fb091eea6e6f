// Package soak wears the program down: it switches streaming on and off, kills, stops and floods for as long as it is told, and
// looks whether it needs more of anything in the end than in the beginning. Its tests are the soak.
package soak
