# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions asked in public about export, quantisation and number formats, each with its source, an answer and a run.
# ---

# %% [markdown]
# # Export, phones, number formats
#
# *What becomes of a 1×1 layer between the training machine and a phone?*
