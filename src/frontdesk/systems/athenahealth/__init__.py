"""athenahealth's athenaOne: primary care and multi-specialty groups, over its REST API."""
