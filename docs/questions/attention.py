# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions asked in public about attention, patches and 1×1 layers, each with its source, an answer and a run.
# ---

# %% [markdown]
# # Attention and patches
#
# *Which parts of a transformer are 1×1 convolutions, and which are not?*
