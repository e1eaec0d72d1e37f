"""Turn docs/ into a site: what MkDocs, mkdocs-jupyter and Material leave to do."""
