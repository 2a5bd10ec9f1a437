"""Data at scale for load tests: families whom the product's own API made, printed many times."""
