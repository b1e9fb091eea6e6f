// Package docker is a compose project on an engine: which engine, up, observed, stopped.
//
// Resolve finds the engine that the docker command would use, Connect gives a client for it, and Stack is one compose
// project there. Looking (Answers, Running, Containers) goes through the engine's API; changing (Up, Stop) goes through
// the user's own compose client, so that what happens is exactly what they would get by hand.
//
// Everything looks once and returns: nothing here sleeps, retries or logs, so patience belongs to the caller. Faults
// that a person may read are of type *Error. No verb but Remove removes a volume or a container; a container
// goes otherwise only when compose replaces it by its successor.
package docker
