# %% [markdown]
# # relax_a_skyrmion

# %%
print(1)
