# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions asked in public about 1×1 layers for sound, graphs and point clouds, each with its source, an answer and a run.
# ---

# %% [markdown]
# # Sound, graphs and point clouds
#
# *What is a 1×1 convolution where there are no pixels?*
