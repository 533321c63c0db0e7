"""Bring documents to the inbox of a site from where they are kept: folders, mailboxes, databases, hosts.

A connector is one YAML file, `connectors/<name>.yml` of the home. What it fetches is written aside, recorded,
and renamed into `inbox/<site>/<name>/`, beside an origin document that says where each came from. Nothing is
parsed here and nothing lands here: landing is the same for a document dropped by hand.
"""
