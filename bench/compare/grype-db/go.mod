module grype-db

go 1.24

require github.com/anchore/grype v0.110.0
