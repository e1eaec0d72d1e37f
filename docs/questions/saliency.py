# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions asked in public about class activation maps, Grad-CAM and receptive fields, each with its source, an answer and a run.
# ---

# %% [markdown]
# # What a network looks at
#
# *What do class activation maps, Grad-CAM and receptive fields say, and what do they not?*
