# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions asked in public about 1×1 layers in detectors, pyramids and heads, each with its source, an answer and a run.
# ---

# %% [markdown]
# # Detection and segmentation
#
# *What do the 1×1 layers of a detector's heads and of a pyramid do?*
