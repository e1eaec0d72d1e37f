# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions asked in public about pruning and low rank and what they break, each with its source, an answer and a run.
# ---

# %% [markdown]
# # What to cut
#
# *A network is pruned or factored. Why is it no faster, no smaller, or no longer right?*
