# %% [markdown]
# # film_of_ones_own

# %%
print(1)
