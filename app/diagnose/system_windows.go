package diagnose

// system is what advice is for.
const system = "windows"
