# %% [markdown]
# # one_synapse

# %%
print(1)
