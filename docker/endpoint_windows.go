package docker

// defaultHosts are the pipes of Docker Desktop: the classic name, which Rancher Desktop and Podman offer too, then the
// one of Desktop's own context, present even where the classic one is switched off.
func defaultHosts(func(string) string, string) []string {
	return []string{"npipe:////./pipe/docker_engine", "npipe:////./pipe/dockerDesktopLinuxEngine"}
}
